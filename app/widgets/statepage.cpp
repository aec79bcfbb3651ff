// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/statepage.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QAction>
#include <QPainter>

namespace nephele {

// The round plate with the sign of the place.
class SignPlate : public QWidget
{
public:
    explicit SignPlate(Ink ink) : m_ink(ink) { setFixedSize(Theme::px(64), Theme::px(64)); }

    void setIconName(const QString &name)
    {
        m_iconName = name;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(Theme::tokens().offSoft);
        p.drawEllipse(rect());
        if (m_iconName.isEmpty())
            return;
        QRectF place(0, 0, Theme::px(metric::iconLarge), Theme::px(metric::iconLarge));
        place.moveCenter(QRectF(rect()).center());
        drawIcon(&p, place, m_iconName, inkColor(m_ink));
    }

private:
    QString m_iconName;
    Ink m_ink;
};

StatePage::StatePage(Mood mood, QWidget *parent)
    : QWidget(parent)
    , m_mood(mood)
    , m_plate(new SignPlate(mood == Mood::Failed ? Ink::Error : Ink::Muted))
    , m_title(makeLabel({}, Type::Heading))
    , m_text(makeParagraph({}, Type::Body, Tone::Muted))
    , m_buttons(new QWidget)
    , m_action(makeButton({}))
    , m_second(makeButton({}, mood == Mood::Failed ? ButtonKind::Quiet : ButtonKind::Plain))
{
    m_title->setAlignment(Qt::AlignHCenter);
    m_title->setWordWrap(true);
    m_text->setAlignment(Qt::AlignHCenter);
    m_action->setObjectName(QStringLiteral("stateAction"));
    m_second->setObjectName(QStringLiteral("stateSecond"));

    auto *column = makeColumn(this);
    column->setContentsMargins(metric::paneEdge, metric::gap, metric::paneEdge, metric::gap);
    column->addStretch(2);
    column->addWidget(m_plate, 0, Qt::AlignHCenter);
    column->addSpacing(metric::gapCard);
    column->addWidget(m_title);
    column->addSpacing(metric::gapTiny);
    column->addWidget(m_text, 0, Qt::AlignHCenter);
    column->addSpacing(metric::paneEdge);
    auto *row = makeRow(m_buttons);
    row->addStretch();
    row->addWidget(m_action);
    row->addWidget(m_second);
    row->addStretch();
    column->addWidget(m_buttons);
    column->addStretch(3);
    setButtons({}, {});

    connect(m_action, &QPushButton::clicked, this, &StatePage::actionWanted);
    connect(m_second, &QPushButton::clicked, this, &StatePage::secondWanted);
    connect(&Theme::instance(), &Theme::changed, this, &StatePage::fitText);
}

void StatePage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitText();
}

void StatePage::fitText()
{
    m_text->setFixedWidth(std::min(Theme::px(metric::readingMost), width() - 2 * metric::paneEdge));
}

void StatePage::setWords(const QString &iconName, const QString &title, const QString &text)
{
    m_plate->setIconName(iconName);
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
}

void StatePage::setButtons(const QString &action, const QString &second)
{
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_second->setText(second);
    m_second->setVisible(!second.isEmpty());
    if (m_mood == Mood::Failed)
        m_action->setIcon(icon(QStringLiteral("view-refresh"), Ink::Text));
}

void StatePage::setActions(QAction *action, QAction *second)
{
    const auto place = [this](QPushButton *&button, QAction *what, ButtonKind kind) {
        auto *made = what ? makeButton({}, kind, QString()) : makeButton({}, kind);
        made->setObjectName(button->objectName());
        delete m_buttons->layout()->replaceWidget(button, made);
        delete button;
        button = made;
        if (what)
            bindAction(button, what);
        else
            button->hide();
    };
    place(m_action, action, ButtonKind::Primary);
    place(m_second, second, ButtonKind::Plain);
    if (action)
        m_action->setIcon(icon(QStringLiteral("list-add"), Ink::OnAccent));
}

} // namespace nephele
